<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="th_TH">
<context>
    <name>columns</name>
    <message>
        <source>No.</source>
        <translation>ลำดับ</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>เวลา</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>ผู้ทำ</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>บทบาท</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>การกระทำ</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>กระทำต่อ</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>From</source>
        <translation>จาก</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>มีผลตั้งแต่</translation>
    </message>
    <message>
        <source>CPU core-h</source>
        <translation>CPU คอร์-ชม.</translation>
    </message>
    <message>
        <source>GPU-h</source>
        <translation>GPU-ชม.</translation>
    </message>
    <message>
        <source>Memory GiB-h</source>
        <translation>หน่วยความจำ GiB-ชม.</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>สกุลเงิน</translation>
    </message>
    <message>
        <source>By</source>
        <translation>โดย</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>งาน</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>บัญชี</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>สิ้นสุด</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>ใช้เวลา</translation>
    </message>
    <message>
        <source>CPUs</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>ค่าใช้จ่าย</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>พาร์ทิชัน</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>คลัสเตอร์</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>ส่งเมื่อ</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>กลุ่ม</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>งาน</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(ไม่มี)</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>ปัญหา</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>ใบเสร็จ</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>จำนวนเงิน</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>ค้างมา</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>ผู้ให้บริการชำระเงิน</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>เริ่มเมื่อ</translation>
    </message>
    <message>
        <source>Provider&apos;s number</source>
        <translation>เลขที่ของผู้ให้บริการ</translation>
    </message>
    <message>
        <source>Came</source>
        <translation>มาถึงเมื่อ</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>เหตุการณ์</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>การชำระเงิน</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>จำนวนครั้ง</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>บรรทัด</translation>
    </message>
    <message>
        <source>Booked</source>
        <translation>วันที่ลงบัญชี</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>ยอดที่ต้องชำระ</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>เลขอ้างอิง</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>หมายเหตุ</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>ที่อยู่</translation>
    </message>
    <message>
        <source>Failed in a row</source>
        <translation>ล้มเหลวติดกัน</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>รอส่ง</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>เลิกส่ง</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>สำเร็จล่าสุด</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>คำอธิบาย</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>การลองส่ง</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>คำตอบล่าสุด</translation>
    </message>
    <message>
        <source>By nature</source>
        <translation>ตามกฎ</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>เห็นล่าสุด</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>ระเบียน</translation>
    </message>
    <message>
        <source>Present log</source>
        <translation>บันทึกปัจจุบัน</translation>
    </message>
    <message>
        <source>Root</source>
        <translation>แฮชราก</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>เห็นครั้งแรก</translation>
    </message>
    <message>
        <source>Signed by</source>
        <translation>ลงนามด้วย</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>Password set</source>
        <translation>ตั้งรหัสผ่านเมื่อ</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>เพิ่มเมื่อ</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>บทบาท</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>หมดอายุ</translation>
    </message>
    <message>
        <source>Last use</source>
        <translation>ใช้ล่าสุด</translation>
    </message>
    <message>
        <source>May ask for</source>
        <translation>เรียกใช้ได้</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>สร้างโดย</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>พบล่าสุด</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>ตั้งแต่</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>ผู้กำหนด</translation>
    </message>
    <message>
        <source>Wrong passwords</source>
        <translation>รหัสผ่านผิด</translation>
    </message>
    <message>
        <source>Locked until</source>
        <translation>ล็อกถึง</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>The server cannot be reached. It is asked again by itself.</source>
        <translation>ติดต่อเซิร์ฟเวอร์ไม่ได้ โปรแกรมจะลองใหม่เอง</translation>
    </message>
    <message>
        <source>The server did not answer in time. It is asked again by itself.</source>
        <translation>เซิร์ฟเวอร์ไม่ตอบภายในเวลา โปรแกรมจะลองใหม่เอง</translation>
    </message>
    <message>
        <source>The session has ended. Log in again to go on.</source>
        <translation>หมดเวลาเข้าใช้งาน เข้าสู่ระบบอีกครั้งเพื่อทำต่อ</translation>
    </message>
    <message>
        <source>Your role does not allow this. Ask an administrator if you need it for your work.</source>
        <translation>บทบาทของคุณไม่มีสิทธิ์ทำสิ่งนี้ หากจำเป็นต่องานให้ติดต่อผู้ดูแลระบบ</translation>
    </message>
    <message>
        <source>The server does not know this.</source>
        <translation>เซิร์ฟเวอร์ไม่รู้จักสิ่งนี้</translation>
    </message>
    <message>
        <source>Somebody else has changed this in the meantime.</source>
        <translation>มีผู้อื่นแก้ไขสิ่งนี้ไปแล้วในระหว่างนี้</translation>
    </message>
    <message>
        <source>The present state does not allow this.</source>
        <translation>สถานะปัจจุบันไม่อนุญาตให้ทำสิ่งนี้</translation>
    </message>
    <message>
        <source>The server did not accept what was sent.</source>
        <translation>เซิร์ฟเวอร์ไม่ยอมรับข้อมูลที่ส่งไป</translation>
    </message>
    <message>
        <source>Too many tries. Wait a little, then try again.</source>
        <translation>ลองหลายครั้งเกินไป รอสักครู่แล้วลองใหม่</translation>
    </message>
    <message>
        <source>The server could not do it. Try again; if it stays, tell an operator.</source>
        <translation>เซิร์ฟเวอร์ทำไม่สำเร็จ ลองใหม่ หากยังเป็นอยู่ให้แจ้งผู้ปฏิบัติการ</translation>
    </message>
    <message>
        <source>The answer was not understood. Is this an HPC Billing server of this version?</source>
        <translation>อ่านคำตอบไม่เข้าใจ นี่เป็นเซิร์ฟเวอร์ HPC Billing รุ่นเดียวกันหรือไม่</translation>
    </message>
    <message>
        <source>Request %1</source>
        <translation>คำขอ %1</translation>
    </message>
    <message>
        <source>The payment provider did not answer as it should. Try again later.</source>
        <translation>ผู้ให้บริการชำระเงินไม่ตอบตามที่ควร โปรดลองใหม่ภายหลัง</translation>
    </message>
</context>
<context>
    <name>format</name>
    <message>
        <source>the beginning</source>
        <translation>แรกเริ่ม</translation>
    </message>
</context>
<context>
    <name>groups</name>
    <message>
        <source>Day</source>
        <translation>วัน</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>เดือน</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>บัญชี</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>พาร์ทิชัน</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>คลัสเตอร์</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>ค่าใช้จ่าย</translation>
    </message>
    <message>
        <source>CPU core-hours</source>
        <translation>CPU คอร์-ชั่วโมง</translation>
    </message>
    <message>
        <source>GPU-hours</source>
        <translation>GPU-ชั่วโมง</translation>
    </message>
    <message>
        <source>Memory GiB-hours</source>
        <translation>หน่วยความจำ GiB-ชั่วโมง</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>งาน</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::AccountDialog</name>
    <message>
        <source>The password is changed. You are logged out everywhere else.</source>
        <translation>เปลี่ยนรหัสผ่านแล้ว และออกจากระบบในที่อื่นทั้งหมดแล้ว</translation>
    </message>
    <message>
        <source>Your account</source>
        <translation>บัญชีของคุณ</translation>
    </message>
    <message>
        <source>Where you are logged in. A session that you do not know is a reason to end it and to change the password.</source>
        <translation>ที่ที่คุณเข้าสู่ระบบอยู่ หากพบเซสชันที่ไม่รู้จัก ให้ยุติเซสชันนั้นและเปลี่ยนรหัสผ่าน</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>เปลี่ยนรหัสผ่าน…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>ปิด</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::ActionForm</name>
    <message>
        <source>Not now</source>
        <translation>ยังไม่ทำ</translation>
    </message>
    <message>
        <source>Closes this (Esc); what was typed is kept</source>
        <translation>ปิดส่วนนี้ (Esc) สิ่งที่พิมพ์ไว้จะถูกเก็บไว้</translation>
    </message>
    <message>
        <source>Something is still missing above</source>
        <translation>ด้านบนยังกรอกไม่ครบ</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::AuditPage</name>
    <message>
        <source>Nothing is on record yet.</source>
        <translation>ยังไม่มีบันทึก</translation>
    </message>
    <message>
        <source>Verify an exported audit log</source>
        <translation>ตรวจสอบบันทึกการตรวจสอบที่ส่งออก</translation>
    </message>
    <message>
        <source>Audit exports (*.jsonl *.csv)</source>
        <translation>ไฟล์ส่งออกบันทึกการตรวจสอบ (*.jsonl *.csv)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>ทุกไฟล์ (*)</translation>
    </message>
    <message>
        <source>Verifying %1…</source>
        <translation>กำลังตรวจสอบ %1…</translation>
    </message>
    <message>
        <source>Verified %1 of %2 records</source>
        <translation>ตรวจสอบแล้ว %1 จาก %2 รายการ</translation>
    </message>
    <message>
        <source>Verified %1 records</source>
        <translation>ตรวจสอบแล้ว %1 รายการ</translation>
    </message>
    <message>
        <source>The audit log</source>
        <translation>บันทึกการตรวจสอบ</translation>
    </message>
    <message>
        <source>Record %1 was altered.</source>
        <translation>รายการ %1 ถูกแก้ไข</translation>
    </message>
    <message>
        <source>Record %1 is missing.</source>
        <translation>รายการ %1 หายไป</translation>
    </message>
    <message>
        <source>Record %1 was inserted.</source>
        <translation>รายการ %1 ถูกแทรกเข้ามา</translation>
    </message>
    <message>
        <source>Record %1 is out of order.</source>
        <translation>รายการ %1 ผิดลำดับ</translation>
    </message>
    <message>
        <source>The log was cut off: record %1 and those after it are gone.</source>
        <translation>บันทึกถูกตัดท้าย: รายการ %1 และรายการหลังจากนั้นหายไป</translation>
    </message>
    <message>
        <source>The log was rewritten from record %1 on.</source>
        <translation>บันทึกถูกเขียนใหม่ตั้งแต่รายการ %1</translation>
    </message>
    <message>
        <source>A record cannot be read.</source>
        <translation>มีรายการที่อ่านไม่ได้</translation>
    </message>
    <message>
        <source>The checkpoint of %1 records shows it.</source>
        <translation>เห็นได้จากจุดตรวจสอบที่ครอบคลุม %1 รายการ</translation>
    </message>
    <message>
        <source>%1 is broken. %2 Good before it: %3 records.</source>
        <translation>%1 เสียหาย %2 ก่อนหน้านั้นถูกต้อง %3 รายการ</translation>
    </message>
    <message>
        <source>Verified %1 records, then the rest could not be read. %2</source>
        <translation>ตรวจสอบแล้ว %1 รายการ ส่วนที่เหลืออ่านไม่ได้ %2</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>อ่าน %1 ไม่ได้: %2</translation>
    </message>
    <message>
        <source>Stopped after %1 good records; the rest is not verified.</source>
        <translation>หยุดหลังพบว่าถูกต้อง %1 รายการ ส่วนที่เหลือยังไม่ได้ตรวจสอบ</translation>
    </message>
    <message>
        <source>%1 has no records: there is nothing to verify.</source>
        <translation>%1 ไม่มีรายการ จึงไม่มีอะไรให้ตรวจสอบ</translation>
    </message>
    <message>
        <source>%1 is whole from record %2 to %3. What comes before is not in it.</source>
        <translation>%1 ครบถ้วนตั้งแต่รายการ %2 ถึง %3 รายการก่อนหน้านั้นไม่อยู่ในไฟล์</translation>
    </message>
    <message>
        <source>%1 is whole up to record %2. Hash of the last: %3…</source>
        <translation>%1 ครบถ้วนถึงรายการ %2 แฮชของรายการสุดท้าย: %3…</translation>
    </message>
    <message>
        <source>verifying the audit log: %1</source>
        <translation>กำลังตรวจสอบบันทึก: %1</translation>
    </message>
    <message>
        <source>audit log not verified yet</source>
        <translation>ยังไม่ได้ตรวจสอบบันทึก</translation>
    </message>
    <message>
        <source>audit log broken at %1</source>
        <translation>บันทึกเสียหายที่รายการ %1</translation>
    </message>
    <message>
        <source>audit log broken</source>
        <translation>บันทึกเสียหาย</translation>
    </message>
    <message>
        <source>audit log whole to %1</source>
        <translation>บันทึกครบถ้วนถึงรายการ %1</translation>
    </message>
    <message>
        <source>audit log verified only to %1</source>
        <translation>ตรวจสอบบันทึกถึงรายการ %1 เท่านั้น</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>บันทึกการตรวจสอบ</translation>
    </message>
    <message>
        <source>Verify the chain</source>
        <translation>ตรวจสอบสายโซ่</translation>
    </message>
    <message>
        <source>Fetches every record and checks it on this computer</source>
        <translation>ดึงทุกรายการมาตรวจสอบบนเครื่องนี้</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>เปิดไฟล์…</translation>
    </message>
    <message>
        <source>Verifies an exported log, without a server</source>
        <translation>ตรวจสอบบันทึกที่ส่งออก โดยไม่ใช้เซิร์ฟเวอร์</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>หยุด</translation>
    </message>
    <message>
        <source>Progress of the verification</source>
        <translation>ความคืบหน้าของการตรวจสอบ</translation>
    </message>
    <message>
        <source>What is verified of the log</source>
        <translation>ส่วนของบันทึกที่ตรวจสอบแล้ว</translation>
    </message>
    <message>
        <source>audit log consistent to %1</source>
        <translation>บันทึกการตรวจสอบสอดคล้องถึงระเบียน %1</translation>
    </message>
    <message>
        <source>audit log not compared with what was seen before</source>
        <translation>ยังไม่ได้เทียบบันทึกการตรวจสอบกับที่เคยเห็น</translation>
    </message>
    <message>
        <source>audit log was changed</source>
        <translation>บันทึกการตรวจสอบถูกแก้ไข</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>ระเบียน</translation>
    </message>
    <message>
        <source>Who did what, the newest first</source>
        <translation>ใครทำอะไร ล่าสุดก่อน</translation>
    </message>
    <message>
        <source>Witness</source>
        <translation>พยาน</translation>
    </message>
    <message>
        <source>What this computer has seen of the log, and whether it is still so</source>
        <translation>สิ่งที่คอมพิวเตอร์เครื่องนี้เคยเห็นจากบันทึก และยังเป็นเช่นนั้นหรือไม่</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::AuditPane</name>
    <message>
        <source>Audit record</source>
        <translation>รายการบันทึก</translation>
    </message>
    <message>
        <source>Record %1</source>
        <translation>รายการ %1</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>เวลา</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>ผู้ทำ</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>กระทำต่อ</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>From</source>
        <translation>จาก</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>คำขอ</translation>
    </message>
    <message>
        <source>Hashes</source>
        <translation>แฮช</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>ก่อนหน้า</translation>
    </message>
    <message>
        <source>Leaf</source>
        <translation>ใบ</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>สายโซ่</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>รายละเอียด</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>สิ่งที่เปลี่ยน</translation>
    </message>
    <message>
        <source>before</source>
        <translation>ก่อน</translation>
    </message>
    <message>
        <source>after</source>
        <translation>หลัง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::Banner</name>
    <message>
        <source>Dismiss the message</source>
        <translation>ปิดข้อความ</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::DeliveryPane</name>
    <message>
        <source>Address</source>
        <translation>ที่อยู่</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>ข้อความ</translation>
    </message>
    <message>
        <source>Happened</source>
        <translation>เกิดเมื่อ</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>ส่งสำเร็จเมื่อ</translation>
    </message>
    <message>
        <source>Next try</source>
        <translation>ลองครั้งต่อไป</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>การลองส่ง</translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation>ยังไม่ได้ลองส่ง</translation>
    </message>
    <message>
        <source>after %1 ms</source>
        <translation>ภายใน %1 มิลลิวินาที</translation>
    </message>
    <message>
        <source>What was sent</source>
        <translation>สิ่งที่ส่ง</translation>
    </message>
    <message>
        <source>Sends the same message once more, with the same id, so that a receiver that has it already can tell.</source>
        <translation>ส่งข้อความเดิมอีกครั้งด้วยรหัสเดิม เพื่อให้ผู้รับที่ได้รับแล้วรู้ได้</translation>
    </message>
    <message>
        <source>Redeliver %1</source>
        <translation>ส่ง %1 อีกครั้ง</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>For the audit log</source>
        <translation>สำหรับบันทึกการตรวจสอบ</translation>
    </message>
    <message>
        <source>On its way once more.</source>
        <translation>กำลังส่งอีกครั้ง</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>การส่ง</translation>
    </message>
    <message>
        <source>Redeliver…</source>
        <translation>ส่งอีกครั้ง…</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::EndpointPane</name>
    <message>
        <source>New endpoint</source>
        <translation>ปลายทางใหม่</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>ที่อยู่</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>เหตุการณ์</translation>
    </message>
    <message>
        <source>all</source>
        <translation>ทั้งหมด</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>สภาพการทำงาน</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>สำเร็จล่าสุด</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>ยังไม่มี</translation>
    </message>
    <message>
        <source>Last failure</source>
        <translation>ล้มเหลวล่าสุด</translation>
    </message>
    <message>
        <source>What failed</source>
        <translation>สาเหตุที่ล้มเหลว</translation>
    </message>
    <message>
        <source>Failed in a row</source>
        <translation>ล้มเหลวติดกัน</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>รอส่ง</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>เลิกส่ง</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>คีย์ลับ</translation>
    </message>
    <message>
        <source>signs until %1</source>
        <translation>ลงลายเซ็นถึง %1</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>ใช้อยู่</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>สร้างเมื่อ</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 โดย %2</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>คำอธิบาย</translation>
    </message>
    <message>
        <source>Who receives it</source>
        <translation>ผู้รับคือใคร</translation>
    </message>
    <message>
        <source>None ticked: all, also those of later versions</source>
        <translation>ไม่เลือกเลย: ทุกเหตุการณ์ รวมถึงของรุ่นต่อ ๆ ไป</translation>
    </message>
    <message>
        <source>What happens is sent to this address, signed. Without ticks, all events are sent.</source>
        <translation>สิ่งที่เกิดขึ้นจะส่งไปยังที่อยู่นี้พร้อมลายเซ็น หากไม่เลือกเลยจะส่งทุกเหตุการณ์</translation>
    </message>
    <message>
        <source>Add the endpoint</source>
        <translation>เพิ่มปลายทาง</translation>
    </message>
    <message>
        <source>Without ticks, all events are sent.</source>
        <translation>หากไม่เลือกเลยจะส่งทุกเหตุการณ์</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>บันทึก %1</translation>
    </message>
    <message>
        <source>Makes a new secret. What is sent is signed with both for as long as the old one is kept.</source>
        <translation>สร้างคีย์ลับใหม่ สิ่งที่ส่งจะลงลายเซ็นด้วยทั้งสองคีย์ตราบเท่าที่ยังเก็บคีย์เดิมไว้</translation>
    </message>
    <message>
        <source>Rotate the secret of %1</source>
        <translation>เปลี่ยนคีย์ลับของ %1</translation>
    </message>
    <message>
        <source>Keep the old one for</source>
        <translation>เก็บคีย์เดิมไว้</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 ชั่วโมง</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 ชั่วโมง</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 วัน</translation>
    </message>
    <message>
        <source>not at all: it is known to others</source>
        <translation>ไม่เก็บเลย: มีผู้อื่นรู้คีย์แล้ว</translation>
    </message>
    <message>
        <source>Nothing more is sent to %1. What waits for it is given up, and its secrets are destroyed. This cannot be undone.</source>
        <translation>จะไม่ส่งอะไรไปที่ %1 อีก สิ่งที่รอส่งจะถูกยกเลิก และคีย์ลับจะถูกทำลาย การกระทำนี้ย้อนกลับไม่ได้</translation>
    </message>
    <message>
        <source>Delete the endpoint %1</source>
        <translation>ลบปลายทาง %1</translation>
    </message>
    <message>
        <source>The endpoint is added.</source>
        <translation>เพิ่มปลายทางแล้ว</translation>
    </message>
    <message>
        <source>The secret is rotated.</source>
        <translation>เปลี่ยนคีย์ลับแล้ว</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>บันทึกแล้ว</translation>
    </message>
    <message>
        <source>Address: %1</source>
        <translation>ที่อยู่: %1</translation>
    </message>
    <message>
        <source>Description: %1</source>
        <translation>คำอธิบาย: %1</translation>
    </message>
    <message>
        <source>Events: %1</source>
        <translation>เหตุการณ์: %1</translation>
    </message>
    <message>
        <source>State: %1</source>
        <translation>สถานะ: %1</translation>
    </message>
    <message>
        <source>Somebody else has changed this in the meantime. What you typed is kept and not saved; save again to put yours in place of theirs.</source>
        <translation>มีผู้อื่นแก้ไขไปแล้วในระหว่างนี้ สิ่งที่คุณพิมพ์ยังอยู่แต่ยังไม่ได้บันทึก กดบันทึกอีกครั้งเพื่อใช้ของคุณแทน</translation>
    </message>
    <message>
        <source>Resumed: what waited is sent now.</source>
        <translation>ส่งต่อแล้ว: กำลังส่งสิ่งที่รออยู่</translation>
    </message>
    <message>
        <source>Paused: what happens waits until it is resumed.</source>
        <translation>หยุดพักแล้ว: สิ่งที่เกิดขึ้นจะรอจนกว่าจะส่งต่อ</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>ปลายทาง</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>แก้ไข…</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>ส่งต่อ</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>หยุดพัก</translation>
    </message>
    <message>
        <source>Rotate secret…</source>
        <translation>เปลี่ยนคีย์ลับ…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>ลบ…</translation>
    </message>
    <message>
        <source>The new secret, by which the receiver verifies what we send. It is shown this once only: copy it to the receiver now.</source>
        <translation>คีย์ลับใหม่ ซึ่งผู้รับใช้ตรวจสอบสิ่งที่เราส่ง แสดงเพียงครั้งเดียวเท่านั้น โปรดคัดลอกไปให้ผู้รับตอนนี้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::EventPane</name>
    <message>
        <source>Message of %1</source>
        <translation>ข้อความจาก %1</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>ลายเซ็น</translation>
    </message>
    <message>
        <source>✓ verified</source>
        <translation>✓ ตรวจสอบแล้วถูกต้อง</translation>
    </message>
    <message>
        <source>✗ not verified</source>
        <translation>✗ ตรวจสอบไม่ผ่าน</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>สิ่งที่พบ</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>ผู้ให้บริการชำระเงิน</translation>
    </message>
    <message>
        <source>Came</source>
        <translation>มาถึงเมื่อ</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>จำนวนครั้ง</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>ครั้งล่าสุด</translation>
    </message>
    <message>
        <source>As it came</source>
        <translation>ตามที่ได้รับมา</translation>
    </message>
    <message>
        <source>Body of the message</source>
        <translation>เนื้อความของข้อความ</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>ส่วนหัว</translation>
    </message>
    <message>
        <source>Verifies this message once more, against the secrets in force now, and does what it says.</source>
        <translation>ตรวจสอบข้อความนี้อีกครั้งด้วยคีย์ลับที่ใช้อยู่ในขณะนี้ แล้วทำตามที่ข้อความแจ้ง</translation>
    </message>
    <message>
        <source>Replay this message</source>
        <translation>ประมวลผลข้อความนี้ซ้ำ</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>For the audit log and the timeline</source>
        <translation>สำหรับบันทึกการตรวจสอบและลำดับเหตุการณ์</translation>
    </message>
    <message>
        <source>Replayed: %1.</source>
        <translation>ประมวลผลซ้ำแล้ว: %1</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>ข้อความ</translation>
    </message>
    <message>
        <source>‹ Payment</source>
        <translation>‹ การชำระเงิน</translation>
    </message>
    <message>
        <source>Show the payment of this message</source>
        <translation>แสดงการชำระเงินของข้อความนี้</translation>
    </message>
    <message>
        <source>Replay…</source>
        <translation>ประมวลผลซ้ำ…</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::FactsPane</name>
    <message>
        <source>Close the pane</source>
        <translation>ปิดแผง</translation>
    </message>
    <message>
        <source>Close the pane (Esc)</source>
        <translation>ปิดแผง (Esc)</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::JobPane</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>หน่วยความจำ</translation>
    </message>
    <message>
        <source>Job %1</source>
        <translation>งาน %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>ค่าใช้จ่าย</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>ใบเสร็จ</translation>
    </message>
    <message>
        <source>not billed yet</source>
        <translation>ยังไม่เรียกเก็บ</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>บัญชี</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>คลัสเตอร์</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>พาร์ทิชัน</translation>
    </message>
    <message>
        <source>QOS</source>
        <translation>QOS</translation>
    </message>
    <message>
        <source>Raw id</source>
        <translation>รหัสเดิม</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>ส่งเมื่อ</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>เริ่ม</translation>
    </message>
    <message>
        <source>never</source>
        <translation>ไม่เคย</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>สิ้นสุด</translation>
    </message>
    <message>
        <source>still running</source>
        <translation>ยังทำงานอยู่</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>ใช้เวลา</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>จำนวนโหนด</translation>
    </message>
    <message>
        <source>How the price came about</source>
        <translation>ที่มาของราคา</translation>
    </message>
    <message>
        <source>This job is not charged: it has not ended, or it never had nodes.</source>
        <translation>งานนี้ไม่คิดค่าใช้จ่าย เพราะยังไม่สิ้นสุดหรือไม่เคยได้โหนด</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>รวม</translation>
    </message>
    <message>
        <source>Rounded half to even, once</source>
        <translation>ปัดเศษครึ่งเข้าหาเลขคู่ ครั้งเดียว</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Why this tier</source>
        <translation>เหตุที่อยู่ระดับนี้</translation>
    </message>
    <message>
        <source>Rates</source>
        <translation>อัตรา</translation>
    </message>
    <message>
        <source>In force since</source>
        <translation>มีผลตั้งแต่</translation>
    </message>
    <message>
        <source>Set by</source>
        <translation>กำหนดโดย</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>งาน</translation>
    </message>
    <message>
        <source>the tier of the account</source>
        <translation>ระดับของบัญชีโครงการ</translation>
    </message>
    <message>
        <source>by rule %1 (%2)</source>
        <translation>ตามกฎข้อ %1 (%2)</translation>
    </message>
    <message>
        <source>those in force when the job ended</source>
        <translation>อัตราที่ใช้เมื่องานสิ้นสุด</translation>
    </message>
    <message>
        <source>the state is another</source>
        <translation>สถานะไม่ตรง</translation>
    </message>
    <message>
        <source>the exit code is another, or not known</source>
        <translation>รหัสออกไม่ตรงหรือไม่ทราบ</translation>
    </message>
    <message>
        <source>it ran for longer or shorter</source>
        <translation>ระยะเวลาที่ทำงานไม่อยู่ในช่วง</translation>
    </message>
    <message>
        <source>it had more or fewer nodes</source>
        <translation>จำนวนโหนดไม่อยู่ในช่วง</translation>
    </message>
    <message>
        <source>the partition is another</source>
        <translation>พาร์ทิชันไม่ตรง</translation>
    </message>
    <message>
        <source>the QOS is another</source>
        <translation>QOS ไม่ตรง</translation>
    </message>
    <message>
        <source>the account is another</source>
        <translation>บัญชีโครงการไม่ตรง</translation>
    </message>
    <message>
        <source>it is for other users</source>
        <translation>เป็นกฎสำหรับผู้ใช้อื่น</translation>
    </message>
    <message>
        <source>the GPUs are of another type</source>
        <translation>ชนิดของ GPU ไม่ตรง</translation>
    </message>
    <message>
        <source>an earlier rule has decided</source>
        <translation>กฎก่อนหน้าได้ตัดสินแล้ว</translation>
    </message>
    <message>
        <source>the rule is switched off</source>
        <translation>กฎนี้ปิดอยู่</translation>
    </message>
    <message>
        <source>Rule “%1”</source>
        <translation>กฎ “%1”</translation>
    </message>
    <message>
        <source>Rule “%1” does not apply: %2</source>
        <translation>กฎ “%1” ไม่มีผล: %2</translation>
    </message>
    <message>
        <source>the default tier</source>
        <translation>ระดับเริ่มต้น</translation>
    </message>
    <message>
        <source>set for this user</source>
        <translation>กำหนดให้ผู้ใช้นี้</translation>
    </message>
    <message>
        <source>locked by the receipt</source>
        <translation>ล็อกโดยใบเสร็จ</translation>
    </message>
    <message>
        <source>those in force now</source>
        <translation>อัตราที่มีผลอยู่</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::LiveMark</name>
    <message>
        <source>live</source>
        <translation>สด</translation>
    </message>
    <message>
        <source>not live</source>
        <translation>ไม่สด</translation>
    </message>
    <message>
        <source>What others do shows here at once</source>
        <translation>สิ่งที่ผู้อื่นทำจะแสดงที่นี่ทันที</translation>
    </message>
    <message>
        <source>The server does not tell of changes now: the page is read again every minute</source>
        <translation>ขณะนี้เซิร์ฟเวอร์ไม่ได้แจ้งการเปลี่ยนแปลง หน้านี้จะอ่านข้อมูลใหม่ทุกนาที</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::LockPane</name>
    <message>
        <source>%1 may try again from %2 at once. Be sure that it is really them: somebody may be guessing the password.</source>
        <translation>%1 ลองใหม่จาก %2 ได้ทันที โปรดแน่ใจว่าเป็นเจ้าตัวจริง อาจมีคนกำลังเดารหัสผ่านอยู่</translation>
    </message>
    <message>
        <source>Unlock %1</source>
        <translation>ปลดล็อก %1</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>Called from the office; goes on record</source>
        <translation>โทรมาจากสำนักงาน; จะถูกบันทึกไว้</translation>
    </message>
    <message>
        <source>%1 was not locked any more.</source>
        <translation>%1 ไม่ได้ถูกล็อกแล้ว</translation>
    </message>
    <message>
        <source>%1 may try again.</source>
        <translation>%1 ลองใหม่ได้แล้ว</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>การล็อก</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>ปลดล็อก…</translation>
    </message>
    <message>
        <source>locked after too many wrong passwords</source>
        <translation>ถูกล็อกหลังใส่รหัสผ่านผิดหลายครั้งเกินไป</translation>
    </message>
    <message>
        <source>From</source>
        <translation>จาก</translation>
    </message>
    <message>
        <source>Wrong passwords</source>
        <translation>รหัสผ่านผิด</translation>
    </message>
    <message>
        <source>Locked until</source>
        <translation>ล็อกถึง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::LoginForm</name>
    <message>
        <source>This is not the address of a server. Example: https://billing.example.org</source>
        <translation>นี่ไม่ใช่ที่อยู่ของเซิร์ฟเวอร์ ตัวอย่าง: https://billing.example.org</translation>
    </message>
    <message>
        <source>Name and password are both needed.</source>
        <translation>ต้องใส่ทั้งชื่อและรหัสผ่าน</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>กำลังเข้าสู่ระบบ…</translation>
    </message>
    <message>
        <source>Name or password is wrong.</source>
        <translation>ชื่อหรือรหัสผ่านไม่ถูกต้อง</translation>
    </message>
    <message>
        <source>http is not encrypted: others on the network can read the password.</source>
        <translation>http ไม่เข้ารหัส ผู้อื่นในเครือข่ายอาจอ่านรหัสผ่านได้</translation>
    </message>
    <message>
        <source>HPC Billing</source>
        <translation>HPC Billing</translation>
    </message>
    <message>
        <source>Log in again</source>
        <translation>เข้าสู่ระบบอีกครั้ง</translation>
    </message>
    <message>
        <source>Log in to your site&apos;s billing server.</source>
        <translation>เข้าสู่เซิร์ฟเวอร์คิดค่าบริการของหน่วยงาน</translation>
    </message>
    <message>
        <source>The session has ended. Log in again to go on; nothing that you typed is lost.</source>
        <translation>หมดเวลาเข้าใช้งาน เข้าสู่ระบบอีกครั้งเพื่อทำต่อ สิ่งที่พิมพ์ไว้ไม่หายไป</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>เ&amp;ซิร์ฟเวอร์</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;ชื่อ</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;รหัสผ่าน</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>เข้าสู่ระบบ</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>เซิร์ฟเวอร์</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>รหัสผ่าน</translation>
    </message>
    <message>
        <source>There is no keychain on this computer: you will be logged out when the program ends.</source>
        <translation>คอมพิวเตอร์เครื่องนี้ไม่มีพวงกุญแจ (keychain) คุณจะออกจากระบบเมื่อปิดโปรแกรม</translation>
    </message>
    <message>
        <source>The keychain is locked: unless it is opened, you will be logged out when the program ends.</source>
        <translation>พวงกุญแจถูกล็อกอยู่ หากไม่เปิด คุณจะออกจากระบบเมื่อปิดโปรแกรม</translation>
    </message>
    <message>
        <source>The session is kept in the keychain of this computer, never in a file.</source>
        <translation>เซสชันเก็บไว้ในพวงกุญแจของคอมพิวเตอร์เครื่องนี้ ไม่เก็บในไฟล์</translation>
    </message>
    <message>
        <source>The server cannot be reached. Your last session goes on as soon as it answers.</source>
        <translation>ติดต่อเซิร์ฟเวอร์ไม่ได้ เซสชันล่าสุดของคุณจะดำเนินต่อทันทีที่เซิร์ฟเวอร์ตอบ</translation>
    </message>
    <message>
        <source>Your last session has ended. Log in again.</source>
        <translation>เซสชันล่าสุดของคุณสิ้นสุดแล้ว โปรดเข้าสู่ระบบอีกครั้ง</translation>
    </message>
    <message>
        <source>Your last session could not go on now. Log in, or start the program again later.</source>
        <translation>ยังดำเนินเซสชันล่าสุดต่อไม่ได้ โปรดเข้าสู่ระบบ หรือเปิดโปรแกรมใหม่ภายหลัง</translation>
    </message>
    <message>
        <source>S&amp;tay signed in</source>
        <translation>&amp;คงการเข้าสู่ระบบไว้</translation>
    </message>
    <message>
        <source>Stay signed in</source>
        <translation>คงการเข้าสู่ระบบไว้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::MainWindow</name>
    <message>
        <source>Log in again</source>
        <translation>เข้าสู่ระบบอีกครั้ง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::OverridesView</name>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>The user's unbilled jobs are priced at this tier from now on, whatever the rules and the account say.</source>
        <translation>ตั้งแต่นี้ไปงานที่ยังไม่ออกใบเสร็จของผู้ใช้จะคิดราคาตามระดับนี้ ไม่ว่ากฎและบัญชีโครงการจะกำหนดอย่างไร</translation>
    </message>
    <message>
        <source>Set the tier</source>
        <translation>กำหนดระดับ</translation>
    </message>
    <message>
        <source>By nature %1 is of the tier %2; choosing that takes the override away.</source>
        <translation>ตามกฎแล้ว %1 อยู่ในระดับ %2 หากเลือกระดับนี้ การกำหนดเฉพาะรายจะถูกยกเลิก</translation>
    </message>
    <message>
        <source>Change the tier of %1</source>
        <translation>เปลี่ยนระดับของ %1</translation>
    </message>
    <message>
        <source>%1 becomes %2 again, as the rules say.</source>
        <translation>%1 จะกลับเป็นระดับ %2 ตามกฎ</translation>
    </message>
    <message>
        <source>Take the override of %1 away</source>
        <translation>ยกเลิกการกำหนดระดับของ %1</translation>
    </message>
    <message>
        <source>%1 is %2 again.</source>
        <translation>%1 กลับเป็นระดับ %2 แล้ว</translation>
    </message>
    <message>
        <source>%1 is %2 from now on.</source>
        <translation>ตั้งแต่นี้ %1 อยู่ในระดับ %2</translation>
    </message>
    <message>
        <source>%1 is %2 by nature: no override is needed.</source>
        <translation>%1 อยู่ในระดับ %2 ตามกฎอยู่แล้ว ไม่จำเป็นต้องกำหนดเฉพาะราย</translation>
    </message>
    <message>
        <source>Every user is of the tier that the rules say.</source>
        <translation>ผู้ใช้ทุกคนอยู่ในระดับตามกฎ</translation>
    </message>
    <message>
        <source>Set a user's tier…</source>
        <translation>กำหนดระดับของผู้ใช้…</translation>
    </message>
    <message>
        <source>Overrides</source>
        <translation>การกำหนดเฉพาะราย</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>เปลี่ยน…</translation>
    </message>
    <message>
        <source>Take away…</source>
        <translation>ยกเลิก…</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::PasswordForm</name>
    <message>
        <source>The two are not the same yet.</source>
        <translation>รหัสผ่านทั้งสองยังไม่ตรงกัน</translation>
    </message>
    <message>
        <source>This is the password that you have. Choose another one.</source>
        <translation>นี่คือรหัสผ่านปัจจุบัน โปรดเลือกรหัสอื่น</translation>
    </message>
    <message>
        <source>The present password is wrong.</source>
        <translation>รหัสผ่านปัจจุบันไม่ถูกต้อง</translation>
    </message>
    <message>
        <source>This password will not do: %1</source>
        <translation>ใช้รหัสผ่านนี้ไม่ได้: %1</translation>
    </message>
    <message>
        <source>Choose a password</source>
        <translation>ตั้งรหัสผ่าน</translation>
    </message>
    <message>
        <source>Change your password</source>
        <translation>เปลี่ยนรหัสผ่านของคุณ</translation>
    </message>
    <message>
        <source>An administrator has set the password that you logged in with. Choose one of your own to go on.</source>
        <translation>รหัสผ่านที่ใช้เข้าสู่ระบบนั้นผู้ดูแลเป็นผู้ตั้ง โปรดตั้งรหัสของคุณเองเพื่อดำเนินการต่อ</translation>
    </message>
    <message>
        <source>You are logged out everywhere else; here you stay.</source>
        <translation>ที่อื่นจะออกจากระบบทั้งหมด แต่ที่นี่ยังใช้งานต่อได้</translation>
    </message>
    <message>
        <source>&amp;Present password</source>
        <translation>รหัสผ่าน&amp;ปัจจุบัน</translation>
    </message>
    <message>
        <source>&amp;New password</source>
        <translation>รหัสผ่าน&amp;ใหม่</translation>
    </message>
    <message>
        <source>New password &amp;again</source>
        <translation>รหัสผ่านใหม่&amp;อีกครั้ง</translation>
    </message>
    <message>
        <source>Present password</source>
        <translation>รหัสผ่านปัจจุบัน</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>รหัสผ่านใหม่</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>รหัสผ่านใหม่อีกครั้ง</translation>
    </message>
    <message>
        <source>Change and go on</source>
        <translation>เปลี่ยนแล้วดำเนินการต่อ</translation>
    </message>
    <message>
        <source>Change the password</source>
        <translation>เปลี่ยนรหัสผ่าน</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>ออกจากระบบ</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>ไว้ก่อน</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::PaymentActions</name>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>For the audit log and the timeline</source>
        <translation>สำหรับบันทึกการตรวจสอบและลำดับเหตุการณ์</translation>
    </message>
    <message>
        <source>Asks %1 how this payment stands. Where it says paid, and the amount is right, the receipt is settled.</source>
        <translation>สอบถาม %1 ถึงสถานะของการชำระเงินนี้ หากตอบว่าชำระแล้วและจำนวนเงินถูกต้อง ใบเสร็จจะถือว่าชำระแล้ว</translation>
    </message>
    <message>
        <source>Ask %1 about %2</source>
        <translation>สอบถาม %1 เรื่อง %2</translation>
    </message>
    <message>
        <source>Verifies the stored messages once more, against the secrets in force now, and does what they say.</source>
        <translation>ตรวจสอบข้อความที่เก็บไว้อีกครั้งด้วยคีย์ลับที่ใช้อยู่ในขณะนี้ แล้วทำตามที่ข้อความแจ้ง</translation>
    </message>
    <message numerus="yes">
        <source>Replay %n message(s)</source>
        <translation>
            <numerusform>ประมวลผลซ้ำ %n ข้อความ</numerusform>
        </translation>
    </message>
    <message>
        <source>Marks the receipt paid by hand: %1. A checkout under way is ended.</source>
        <translation>บันทึกด้วยมือว่าใบเสร็จชำระแล้ว: %1 หน้าชำระเงินที่เปิดค้างอยู่จะถูกปิด</translation>
    </message>
    <message>
        <source>Mark %1 paid</source>
        <translation>บันทึกว่า %1 ชำระแล้ว</translation>
    </message>
    <message>
        <source>Paid by</source>
        <translation>ชำระโดย</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>เลขอ้างอิง</translation>
    </message>
    <message>
        <source>Number of the transfer, the charge or the slip</source>
        <translation>เลขที่การโอน รายการเรียกเก็บ หรือสลิป</translation>
    </message>
    <message>
        <source>Ends this payment here and at %1. The receipt stays unpaid, and the payer can begin a new payment.</source>
        <translation>ยุติการชำระเงินนี้ทั้งที่นี่และที่ %1 ใบเสร็จยังคงค้างชำระ และผู้ชำระเริ่มชำระใหม่ได้</translation>
    </message>
    <message>
        <source>Cancel the payment of %1</source>
        <translation>ยกเลิกการชำระเงินของ %1</translation>
    </message>
    <message>
        <source>Takes the payment off the queue. No money moves by this: return it at %1 first.</source>
        <translation>นำการชำระเงินออกจากคิว โดยไม่มีการโอนเงินใด ๆ ให้คืนเงินที่ %1 ก่อน</translation>
    </message>
    <message>
        <source>Resolve %1</source>
        <translation>ปิดเรื่อง %1</translation>
    </message>
    <message>
        <source>Takes back that it was marked paid by hand: %1 is unpaid again.</source>
        <translation>เพิกถอนการบันทึกด้วยมือว่าชำระแล้ว: %1 จะกลับเป็นค้างชำระ</translation>
    </message>
    <message>
        <source>Take back: %1 is not paid</source>
        <translation>เพิกถอน: %1 ยังไม่ได้ชำระ</translation>
    </message>
    <message>
        <source>Ask provider now</source>
        <translation>สอบถามผู้ให้บริการ</translation>
    </message>
    <message numerus="yes">
        <source>Replay %Ln</source>
        <translation>
            <numerusform>ประมวลผลซ้ำ %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>Mark paid…</source>
        <translation>บันทึกว่าชำระแล้ว…</translation>
    </message>
    <message>
        <source>Cancel…</source>
        <translation>ยกเลิก…</translation>
    </message>
    <message>
        <source>Resolve…</source>
        <translation>ปิดเรื่อง…</translation>
    </message>
    <message>
        <source>Take back…</source>
        <translation>เพิกถอน…</translation>
    </message>
    <message>
        <source>The provider says paid: %1 is settled.</source>
        <translation>ผู้ให้บริการแจ้งว่าชำระแล้ว: %1 ชำระเรียบร้อย</translation>
    </message>
    <message>
        <source>The provider says: %1.</source>
        <translation>ผู้ให้บริการแจ้งว่า: %1</translation>
    </message>
    <message>
        <source>%1 is marked paid.</source>
        <translation>บันทึกแล้วว่า %1 ชำระแล้ว</translation>
    </message>
    <message>
        <source>The payment of %1 is cancelled.</source>
        <translation>ยกเลิกการชำระเงินของ %1 แล้ว</translation>
    </message>
    <message>
        <source>%1 is resolved and off the queue.</source>
        <translation>ปิดเรื่อง %1 และนำออกจากคิวแล้ว</translation>
    </message>
    <message>
        <source>Taken back: %1 is unpaid again.</source>
        <translation>เพิกถอนแล้ว: %1 กลับเป็นค้างชำระ</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) replayed</source>
        <translation>
            <numerusform>ประมวลผลซ้ำ %n ข้อความ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n applied.</source>
        <translation>
            <numerusform>มีผล %n ข้อความ</numerusform>
        </translation>
    </message>
    <message>
        <source>Puts a webhook secret of %1 in force beside those that are. It is kept sealed and never shown again. Then replay the messages.</source>
        <translation>เปิดใช้คีย์ลับของเว็บฮุกของ %1 เพิ่มจากที่ใช้อยู่ คีย์จะถูกเก็บแบบเข้ารหัสและไม่แสดงอีก จากนั้นประมวลผลข้อความซ้ำ</translation>
    </message>
    <message>
        <source>Put the secret in force</source>
        <translation>เปิดใช้คีย์ลับ</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>What it is known by, as “before November”</source>
        <translation>ชื่อที่ใช้เรียก เช่น “ก่อนพฤศจิกายน”</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>คีย์ลับ</translation>
    </message>
    <message>
        <source>Add secret…</source>
        <translation>เพิ่มคีย์ลับ…</translation>
    </message>
    <message>
        <source>The secret is in force. Replay the messages now.</source>
        <translation>เปิดใช้คีย์ลับแล้ว ประมวลผลข้อความซ้ำได้เลย</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::PaymentPane</name>
    <message>
        <source>%1 · under way for %2</source>
        <translation>%1 · ดำเนินการมาแล้ว %2</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>ผู้ให้บริการชำระเงิน</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>เริ่มเมื่อ</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 โดย %2</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>ขั้นต่อไป: %1</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>ลำดับเหตุการณ์</translation>
    </message>
    <message>
        <source>Nothing is on record yet.</source>
        <translation>ยังไม่มีบันทึกใด</translation>
    </message>
    <message>
        <source>raw</source>
        <translation>ต้นฉบับ</translation>
    </message>
    <message>
        <source>Shows the message as it came</source>
        <translation>แสดงข้อความตามที่ได้รับมา</translation>
    </message>
    <message>
        <source>Message of %1 as it came</source>
        <translation>ข้อความของ %1 ตามที่ได้รับมา</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>การชำระเงิน</translation>
    </message>
    <message>
        <source>Its number</source>
        <translation>เลขที่ของผู้ให้บริการ</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RateCard</name>
    <message>
        <source>In force since %1</source>
        <translation>มีผลตั้งแต่ %1</translation>
    </message>
    <message>
        <source>In force since %1, by %2</source>
        <translation>มีผลตั้งแต่ %1 โดย %2</translation>
    </message>
    <message>
        <source>From %1: CPU %2, GPU %3, memory %4</source>
        <translation>ตั้งแต่ %1: CPU %2, GPU %3, หน่วยความจำ %4</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>แก้ไข…</translation>
    </message>
    <message>
        <source>Edit the rates of %1</source>
        <translation>แก้ไขอัตราของ %1</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RateConflict</name>
    <message>
        <source>Was</source>
        <translation>เดิม</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>ของเขา</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>ของฉัน</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RateEditor</name>
    <message>
        <source>A number of at most six decimals, not negative.</source>
        <translation>ต้องเป็นตัวเลขไม่ติดลบ ทศนิยมไม่เกินหกตำแหน่ง</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Choose for each figure that you both changed.</source>
        <translation>เลือกค่าของแต่ละตัวเลขที่แก้ไขชนกัน</translation>
    </message>
    <message>
        <source>Nothing is changed yet.</source>
        <translation>ยังไม่มีการเปลี่ยนแปลง</translation>
    </message>
    <message>
        <source>A reason is needed to save.</source>
        <translation>ต้องใส่เหตุผลก่อนบันทึก</translation>
    </message>
    <message>
        <source>This is what you had typed before. Discard it to begin anew.</source>
        <translation>นี่คือสิ่งที่พิมพ์ค้างไว้ก่อนหน้านี้ ละทิ้งเพื่อเริ่มใหม่</translation>
    </message>
    <message>
        <source>Rates of %1</source>
        <translation>อัตราของ %1</translation>
    </message>
    <message>
        <source>%1 %2, new figure</source>
        <translation>%1 %2 ค่าใหม่</translation>
    </message>
    <message>
        <source>Only from</source>
        <translation>มีผลเมื่อ</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>มีผลตั้งแต่</translation>
    </message>
    <message>
        <source>&amp;Reason</source>
        <translation>เ&amp;หตุผล</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>For the audit log and the history</source>
        <translation>สำหรับบันทึกการตรวจสอบและประวัติ</translation>
    </message>
    <message>
        <source>Save rates of %1</source>
        <translation>บันทึกอัตราของ %1</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>ละทิ้ง</translation>
    </message>
    <message>
        <source>%1 changed these rates while you were editing (“%2”). Choose whose figures to keep; nothing is saved yet.</source>
        <translation>%1 เปลี่ยนอัตรานี้ขณะที่คุณกำลังแก้ไข (“%2”) เลือกว่าจะใช้ตัวเลขของใคร ยังไม่มีการบันทึก</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RatesPage</name>
    <message>
        <source>The rates of %1 are saved.</source>
        <translation>บันทึกอัตราของ %1 แล้ว</translation>
    </message>
    <message>
        <source>There are no tiers yet. The server makes them when it first starts.</source>
        <translation>ยังไม่มีระดับ เซิร์ฟเวอร์จะสร้างให้เมื่อเริ่มครั้งแรก</translation>
    </message>
    <message>
        <source>History of %1</source>
        <translation>ประวัติของ %1</translation>
    </message>
    <message>
        <source>History of rates</source>
        <translation>ประวัติอัตรา</translation>
    </message>
    <message>
        <source>What you typed for %1 is discarded.</source>
        <translation>ละทิ้งสิ่งที่พิมพ์ไว้สำหรับ %1 แล้ว</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>เลิกทำ</translation>
    </message>
    <message>
        <source>Rates</source>
        <translation>อัตรา</translation>
    </message>
    <message>
        <source>What an hour costs, by tier</source>
        <translation>ค่าใช้จ่ายต่อชั่วโมงตามระดับ</translation>
    </message>
    <message>
        <source>Rules on names</source>
        <translation>กฎจากชื่อ</translation>
    </message>
    <message>
        <source>Which tier a user has by name</source>
        <translation>ผู้ใช้อยู่ในระดับใดตามชื่อ</translation>
    </message>
    <message>
        <source>Overrides</source>
        <translation>กำหนดเฉพาะราย</translation>
    </message>
    <message>
        <source>Users whose tier somebody has set</source>
        <translation>ผู้ใช้ที่มีผู้กำหนดระดับให้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::ReconcilePage</name>
    <message>
        <source>No payment passes this filter.</source>
        <translation>ไม่มีการชำระเงินที่ตรงกับตัวกรองนี้</translation>
    </message>
    <message>
        <source>No message passes this filter.</source>
        <translation>ไม่มีข้อความที่ตรงกับตัวกรองนี้</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>ทุกสถานะ</translation>
    </message>
    <message>
        <source>All outcomes</source>
        <translation>ทุกผลลัพธ์</translation>
    </message>
    <message>
        <source>Nothing is stuck.</source>
        <translation>ไม่มีรายการค้าง</translation>
    </message>
    <message numerus="yes">
        <source>The oldest %Ln of them</source>
        <translation>
            <numerusform>%Ln รายการที่เก่าที่สุด</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln payment(s) stuck</source>
        <translation>
            <numerusform>การชำระเงินค้าง %Ln รายการ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln แถว</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) read; more follow as you scroll</source>
        <translation>
            <numerusform>อ่านแล้ว %Ln แถว เลื่อนลงเพื่อดูต่อ</numerusform>
        </translation>
    </message>
    <message>
        <source>Stuck</source>
        <translation>ค้าง</translation>
    </message>
    <message>
        <source>Payments that wait for somebody, the oldest first (J and K move)</source>
        <translation>การชำระเงินที่รอให้จัดการ เรียงจากเก่าที่สุด (J และ K เพื่อเลื่อน)</translation>
    </message>
    <message>
        <source>All payments</source>
        <translation>การชำระเงินทั้งหมด</translation>
    </message>
    <message>
        <source>All payments, the newest first (J and K move)</source>
        <translation>การชำระเงินทั้งหมด เรียงจากใหม่ที่สุด (J และ K เพื่อเลื่อน)</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>ข้อความ</translation>
    </message>
    <message>
        <source>What the providers have sent, the newest first (J and K move)</source>
        <translation>สิ่งที่ผู้ให้บริการส่งมา เรียงจากใหม่ที่สุด (J และ K เพื่อเลื่อน)</translation>
    </message>
    <message>
        <source>Stuck payments</source>
        <translation>การชำระเงินที่ค้าง</translation>
    </message>
    <message>
        <source>J and K move, Enter opens, Esc closes the pane</source>
        <translation>J และ K เลื่อน Enter เปิด Esc ปิดแผงด้านข้าง</translation>
    </message>
    <message>
        <source>Payments</source>
        <translation>การชำระเงิน</translation>
    </message>
    <message>
        <source>Messages of the providers</source>
        <translation>ข้อความจากผู้ให้บริการ</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>ตัวกรอง</translation>
    </message>
    <message>
        <source>Import a bank statement…</source>
        <translation>นำเข้ารายการเดินบัญชี…</translation>
    </message>
    <message>
        <source>A CSV file of the bank; it can also be dropped on this page</source>
        <translation>ไฟล์ CSV ของธนาคาร ลากมาวางบนหน้านี้ก็ได้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::SecretCard</name>
    <message>
        <source>New secret</source>
        <translation>คีย์ลับใหม่</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>คัดลอกแล้ว</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>คัดลอก</translation>
    </message>
    <message>
        <source>Copy the secret</source>
        <translation>คัดลอกคีย์ลับ</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::SessionsList</name>
    <message>
        <source>Not logged in anywhere.</source>
        <translation>ไม่ได้เข้าสู่ระบบที่ใดเลย</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>เซสชัน</translation>
    </message>
    <message>
        <source>End the session</source>
        <translation>ยุติเซสชัน</translation>
    </message>
    <message>
        <source>Whoever works there has to log in again; what they typed stays</source>
        <translation>ผู้ที่ใช้งานอยู่ต้องเข้าสู่ระบบใหม่ สิ่งที่พิมพ์ไว้ยังอยู่</translation>
    </message>
    <message>
        <source>End all others</source>
        <translation>ยุติเซสชันอื่นทั้งหมด</translation>
    </message>
    <message>
        <source>End all</source>
        <translation>ยุติทั้งหมด</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::StatementImport</name>
    <message>
        <source>Import a bank statement</source>
        <translation>นำเข้ารายการเดินบัญชี</translation>
    </message>
    <message>
        <source>Bank statements (*.csv *.txt)</source>
        <translation>รายการเดินบัญชี (*.csv *.txt)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>ไฟล์ทั้งหมด (*)</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>อ่าน %1 ไม่ได้: %2</translation>
    </message>
    <message>
        <source>%1 is too large for a bank statement: at most 4 MB are read.</source>
        <translation>%1 ใหญ่เกินไปสำหรับรายการเดินบัญชี อ่านได้ไม่เกิน 4 MB</translation>
    </message>
    <message>
        <source>%1 is no text in UTF-8 or Windows-874. Export the statement as CSV in UTF-8, then choose it again.</source>
        <translation>%1 ไม่ใช่ข้อความแบบ UTF-8 หรือ Windows-874 โปรดส่งออกรายการเดินบัญชีเป็น CSV แบบ UTF-8 แล้วเลือกใหม่</translation>
    </message>
    <message>
        <source>%1 has no rows of money that came in.</source>
        <translation>%1 ไม่มีแถวที่เป็นเงินเข้า</translation>
    </message>
    <message>
        <source>Nothing is changed yet. All ticked rows are settled at once, or none.</source>
        <translation>ยังไม่มีอะไรเปลี่ยนแปลง แถวที่เลือกไว้จะชำระพร้อมกันทั้งหมด หรือไม่ชำระเลย</translation>
    </message>
    <message numerus="yes">
        <source>Settle %n receipt(s), %1</source>
        <translation>
            <numerusform>บันทึกว่าชำระแล้ว %n ใบ รวม %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>For the audit log and the receipts&apos; history</source>
        <translation>สำหรับบันทึกการตรวจสอบและประวัติของใบเสร็จ</translation>
    </message>
    <message>
        <source>Bank statement %1</source>
        <translation>รายการเดินบัญชี %1</translation>
    </message>
    <message>
        <source>Something has changed since the preview. Nothing was settled; this is how it stands now.</source>
        <translation>มีบางอย่างเปลี่ยนไปหลังจากแสดงตัวอย่าง ยังไม่ได้บันทึกอะไร นี่คือสถานะปัจจุบัน</translation>
    </message>
    <message numerus="yes">
        <source>%n receipt(s) settled, %1.</source>
        <translation>
            <numerusform>บันทึกว่าชำระแล้ว %n ใบ รวม %1</numerusform>
        </translation>
    </message>
    <message>
        <source>‹ Back to the list</source>
        <translation>‹ กลับไปที่รายการ</translation>
    </message>
    <message>
        <source>Rows of the bank statement</source>
        <translation>แถวของรายการเดินบัญชี</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TableView</name>
    <message>
        <source>Copy rows</source>
        <translation>คัดลอกแถว</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TierRulesView</name>
    <message>
        <source>is exactly</source>
        <translation>ตรงกับ</translation>
    </message>
    <message>
        <source>ends with</source>
        <translation>ลงท้ายด้วย</translation>
    </message>
    <message>
        <source>looks like (* and ?)</source>
        <translation>มีรูปแบบ (* และ ?)</translation>
    </message>
    <message>
        <source>regular expression</source>
        <translation>นิพจน์ปรกติ</translation>
    </message>
    <message>
        <source>There are no rules: every user without an override is of the default tier.</source>
        <translation>ยังไม่มีกฎ ผู้ใช้ที่ไม่ได้กำหนดเฉพาะรายทุกคนอยู่ในระดับเริ่มต้น</translation>
    </message>
    <message>
        <source>Add a rule</source>
        <translation>เพิ่มกฎ</translation>
    </message>
    <message>
        <source>(decides)</source>
        <translation>(เป็นตัวตัดสิน)</translation>
    </message>
    <message>
        <source>(matches too)</source>
        <translation>(ตรงด้วย)</translation>
    </message>
    <message numerus="yes">
        <source>The rules are saved. %Ln user(s) changed tier.</source>
        <translation>
            <numerusform>บันทึกกฎแล้ว ผู้ใช้ %Ln คนเปลี่ยนระดับ</numerusform>
        </translation>
    </message>
    <message>
        <source>Overrides that say no more than the rules are gone: %1.</source>
        <translation>การกำหนดเฉพาะรายที่ซ้ำกับกฎถูกยกเลิก: %1</translation>
    </message>
    <message>
        <source>%1 changed the rules while you edited them (“%2”). Yours are still here.</source>
        <translation>%1 เปลี่ยนกฎระหว่างที่คุณแก้ไข (“%2”) กฎที่คุณแก้ยังอยู่ที่นี่</translation>
    </message>
    <message>
        <source>This is what you had edited before. Discard it to begin anew.</source>
        <translation>นี่คือสิ่งที่คุณแก้ไขค้างไว้ ละทิ้งเพื่อเริ่มใหม่</translation>
    </message>
    <message>
        <source>Rules on user names</source>
        <translation>กฎจากชื่อผู้ใช้</translation>
    </message>
    <message>
        <source>How the name is looked at</source>
        <translation>วิธีเทียบชื่อ</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>รูปแบบ</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>ลบ</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>ขึ้น</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>ลง</translation>
    </message>
    <message>
        <source>Alt+Up in the list, or drag</source>
        <translation>Alt+ลูกศรขึ้นในรายการ หรือลาก</translation>
    </message>
    <message>
        <source>Alt+Down in the list, or drag</source>
        <translation>Alt+ลูกศรลงในรายการ หรือลาก</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>Save rules</source>
        <translation>บันทึกกฎ</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>ละทิ้ง</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>ใช้ของเขา</translation>
    </message>
    <message>
        <source>Keep mine, to be saved over theirs</source>
        <translation>ใช้ของฉันและบันทึกทับ</translation>
    </message>
    <message>
        <source>The first rule that matches decides. In force: as %1 agreed (“%2”).</source>
        <translation>กฎแรกที่ตรงเป็นตัวตัดสิน ใช้อยู่ตามที่ %1 กำหนด (“%2”)</translation>
    </message>
    <message>
        <source>The first rule that matches decides; without one, the default tier.</source>
        <translation>กฎแรกที่ตรงเป็นตัวตัดสิน หากไม่มีกฎใดตรงจะใช้ระดับเริ่มต้น</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TierTester</name>
    <message>
        <source>Try a name</source>
        <translation>ลองชื่อ</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Account (may be empty)</source>
        <translation>บัญชีโครงการ (เว้นว่างได้)</translation>
    </message>
    <message>
        <source>Type a user name to see its tier by these rules, and why.</source>
        <translation>พิมพ์ชื่อผู้ใช้เพื่อดูระดับตามกฎเหล่านี้และเหตุผล</translation>
    </message>
    <message>
        <source>%1: %2, set for this user; by nature %3</source>
        <translation>%1: %2 กำหนดเฉพาะรายนี้ ตามกฎคือ %3</translation>
    </message>
    <message>
        <source>%1: %2, the tier of the account; by nature %3</source>
        <translation>%1: %2 ตามบัญชีโครงการ ตามกฎคือ %3</translation>
    </message>
    <message>
        <source>%1: %2, by rule %3 (%4)</source>
        <translation>%1: %2 ตามกฎข้อ %3 (%4)</translation>
    </message>
    <message>
        <source>%1: %2, the default: no rule matches</source>
        <translation>%1: %2 ค่าเริ่มต้น ไม่มีกฎใดตรง</translation>
    </message>
    <message>
        <source>Nobody else changes tier by these rules.</source>
        <translation>ไม่มีผู้ใดเปลี่ยนระดับจากกฎเหล่านี้</translation>
    </message>
    <message numerus="yes">
        <source>%Ln known user(s) would change tier:</source>
        <translation>
            <numerusform>ผู้ใช้ที่รู้จัก %Ln คนจะเปลี่ยนระดับ:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TimeRangeButton</name>
    <message>
        <source>until %1</source>
        <translation>ถึง %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>ตั้งแต่ %1</translation>
    </message>
    <message>
        <source>Time range: %1</source>
        <translation>ช่วงเวลา: %1</translation>
    </message>
    <message>
        <source>The days, in UTC, that all pages look at</source>
        <translation>ช่วงวัน (UTC) ที่ใช้กับทุกหน้า</translation>
    </message>
    <message>
        <source>Other days…</source>
        <translation>ช่วงวันอื่น…</translation>
    </message>
    <message>
        <source>Other days</source>
        <translation>ช่วงวันอื่น</translation>
    </message>
    <message>
        <source>Show these days</source>
        <translation>แสดงช่วงวันนี้</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>วันแรก</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>วันสุดท้าย</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TokenPane</name>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>หมดอายุ</translation>
    </message>
    <message>
        <source>Last use</source>
        <translation>ใช้ล่าสุด</translation>
    </message>
    <message>
        <source>never</source>
        <translation>ไม่เคย</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>บทบาท</translation>
    </message>
    <message>
        <source>May ask for</source>
        <translation>เรียกใช้ได้</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>สร้าง</translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%1 โดย %2</translation>
    </message>
    <message>
        <source>Whatever uses %1 is refused from now on. This cannot be undone; a new token can be made.</source>
        <translation>สิ่งที่ใช้ %1 จะถูกปฏิเสธตั้งแต่นี้ไป ย้อนกลับไม่ได้ แต่สร้างโทเคนใหม่ได้</translation>
    </message>
    <message>
        <source>Revoke the token %1</source>
        <translation>เพิกถอนโทเคน %1</translation>
    </message>
    <message>
        <source>For a machine: it may do what the ticked roles may, and of that only the routes named here.</source>
        <translation>สำหรับเครื่อง: ทำได้เท่าที่บทบาทที่เลือกทำได้ และเฉพาะเส้นทางที่ระบุไว้ที่นี่</translation>
    </message>
    <message>
        <source>Make the token</source>
        <translation>สร้างโทเคน</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>Who uses it: ledger-export</source>
        <translation>ใครใช้: ledger-export</translation>
    </message>
    <message>
        <source>GET /api/v1/receipts, GET /api/v1/usage*: a * stands for what follows</source>
        <translation>GET /api/v1/receipts, GET /api/v1/usage*: * แทนส่วนที่ตามมา</translation>
    </message>
    <message>
        <source>Expires in</source>
        <translation>หมดอายุใน</translation>
    </message>
    <message>
        <source>90 days</source>
        <translation>90 วัน</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 วัน</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 วัน</translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 ปี</translation>
    </message>
    <message>
        <source>API token</source>
        <translation>โทเคน API</translation>
    </message>
    <message>
        <source>The token, to be sent as “Authorization: Bearer …”. It is shown this once only: copy it to the machine now.</source>
        <translation>โทเคน ส่งเป็น “Authorization: Bearer …” แสดงครั้งนี้ครั้งเดียว โปรดคัดลอกไปยังเครื่องนั้นเดี๋ยวนี้</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>เพิกถอน…</translation>
    </message>
    <message>
        <source>New API token</source>
        <translation>โทเคน API ใหม่</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsageChart</name>
    <message>
        <source>%1 core-hours</source>
        <translation>%1 คอร์-ชั่วโมง</translation>
    </message>
    <message>
        <source>%1 GPU-hours</source>
        <translation>%1 GPU-ชั่วโมง</translation>
    </message>
    <message>
        <source>%1 GiB-hours</source>
        <translation>%1 GiB-ชั่วโมง</translation>
    </message>
    <message>
        <source>Chart: %1 by %2</source>
        <translation>แผนภูมิ: %1 ตาม%2</translation>
    </message>
    <message>
        <source>The %1 largest of %2; all are in the table</source>
        <translation>%1 อันดับสูงสุดจาก %2 ทั้งหมดอยู่ในตาราง</translation>
    </message>
    <message>
        <source>No usage yet. It appears here once jobs have been taken in.</source>
        <translation>ยังไม่มีการใช้งาน จะแสดงที่นี่เมื่อรับข้อมูลงานเข้ามาแล้ว</translation>
    </message>
    <message>
        <source>No usage in these days.</source>
        <translation>ไม่มีการใช้งานในช่วงวันนี้</translation>
    </message>
    <message>
        <source>Show all time</source>
        <translation>แสดงทุกช่วงเวลา</translation>
    </message>
    <message>
        <source>&amp;Group by</source>
        <translation>&amp;จัดกลุ่มตาม</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;วัดเป็น</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>จัดกลุ่มตาม</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>วัดเป็น</translation>
    </message>
    <message>
        <source>Usage by group</source>
        <translation>การใช้งานตามกลุ่ม</translation>
    </message>
    <message>
        <source>Jobs: %1</source>
        <translation>งาน: %1</translation>
    </message>
    <message>
        <source>Of the filters only the user applies here</source>
        <translation>ในที่นี้ใช้เฉพาะตัวกรองผู้ใช้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsageFilters</name>
    <message>
        <source>Filter: %1</source>
        <translation>ตัวกรอง: %1</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>ทุกสถานะ</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>ล้างตัวกรอง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsagePage</name>
    <message>
        <source>No job passes these filters.</source>
        <translation>ไม่มีงานที่ตรงกับตัวกรอง</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>ล้างตัวกรอง</translation>
    </message>
    <message>
        <source>No job ended in these days.</source>
        <translation>ไม่มีงานที่สิ้นสุดในช่วงวันนี้</translation>
    </message>
    <message>
        <source>Show all time</source>
        <translation>แสดงทุกช่วงเวลา</translation>
    </message>
    <message>
        <source>No jobs yet. They appear here once they have been taken in.</source>
        <translation>ยังไม่มีงาน จะแสดงที่นี่เมื่อรับข้อมูลเข้ามาแล้ว</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>งาน</translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s)</source>
        <translation>
            <numerusform>%Ln งาน</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s) read; more follow as you scroll</source>
        <translation>
            <numerusform>อ่านแล้ว %Ln งาน เลื่อนลงเพื่ออ่านต่อ</numerusform>
        </translation>
    </message>
    <message>
        <source>jobs of %1 could not be read</source>
        <translation>อ่านงานของ %1 ไม่ได้</translation>
    </message>
    <message>
        <source>jobs read %1</source>
        <translation>อ่านงานเมื่อ %1</translation>
    </message>
    <message numerus="yes">
        <source>jobs %n min old</source>
        <translation>
            <numerusform>ข้อมูลงานเมื่อ %n นาทีก่อน</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UserPane</name>
    <message>
        <source>New user</source>
        <translation>ผู้ใช้ใหม่</translation>
    </message>
    <message>
        <source>This is you</source>
        <translation>นี่คือคุณ</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>บทบาท</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Password set</source>
        <translation>ตั้งรหัสผ่านเมื่อ</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>เพิ่มเมื่อ</translation>
    </message>
    <message>
        <source>A password is made and shown once. It has to be changed at the first login.</source>
        <translation>ระบบจะสร้างรหัสผ่านและแสดงครั้งเดียว ต้องเปลี่ยนเมื่อเข้าสู่ระบบครั้งแรก</translation>
    </message>
    <message>
        <source>Add the user</source>
        <translation>เพิ่มผู้ใช้</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>As on the cluster</source>
        <translation>เหมือนชื่อบนคลัสเตอร์</translation>
    </message>
    <message>
        <source>What %1 may do changes at once, and %1 is logged out everywhere.</source>
        <translation>สิทธิ์ของ %1 เปลี่ยนทันที และ %1 จะออกจากระบบทุกที่</translation>
    </message>
    <message>
        <source>Save the role of %1</source>
        <translation>บันทึกบทบาทของ %1</translation>
    </message>
    <message>
        <source>%1 is logged out everywhere at once and cannot log in any more. Usage, receipts and records stay. This can be undone.</source>
        <translation>%1 จะออกจากระบบทุกที่ทันทีและเข้าสู่ระบบไม่ได้อีก การใช้งาน ใบเสร็จ และบันทึกยังคงอยู่ ย้อนกลับได้</translation>
    </message>
    <message>
        <source>Disable %1</source>
        <translation>ปิดใช้งาน %1</translation>
    </message>
    <message>
        <source>A new password is made and shown once. %1 is logged out everywhere, and has to choose another password at the next login. The old one is gone.</source>
        <translation>ระบบจะสร้างรหัสผ่านใหม่และแสดงครั้งเดียว %1 จะออกจากระบบทุกที่ และต้องตั้งรหัสอื่นเมื่อเข้าสู่ระบบครั้งถัดไป รหัสเดิมใช้ไม่ได้อีก</translation>
    </message>
    <message>
        <source>Reset the password of %1</source>
        <translation>ตั้งรหัสผ่านของ %1 ใหม่</translation>
    </message>
    <message>
        <source>The user is added.</source>
        <translation>เพิ่มผู้ใช้แล้ว</translation>
    </message>
    <message>
        <source>Disabled and logged out everywhere.</source>
        <translation>ปิดใช้งานและออกจากระบบทุกที่แล้ว</translation>
    </message>
    <message>
        <source>The password is reset.</source>
        <translation>ตั้งรหัสผ่านใหม่แล้ว</translation>
    </message>
    <message>
        <source>The role is changed.</source>
        <translation>เปลี่ยนบทบาทแล้ว</translation>
    </message>
    <message>
        <source>The role is what it was.</source>
        <translation>บทบาทกลับเป็นอย่างเดิม</translation>
    </message>
    <message>
        <source>Enabled: the password is the one from before.</source>
        <translation>เปิดใช้งานแล้ว รหัสผ่านเป็นรหัสเดิม</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>เลิกทำ</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>The password of %1, to be handed over in person or by another way than the name. It is shown this once only.</source>
        <translation>รหัสผ่านของ %1 ให้ส่งมอบด้วยตนเองหรือคนละช่องทางกับชื่อ แสดงครั้งนี้ครั้งเดียว</translation>
    </message>
    <message>
        <source>Change role…</source>
        <translation>เปลี่ยนบทบาท…</translation>
    </message>
    <message>
        <source>Reset password…</source>
        <translation>ตั้งรหัสผ่านใหม่…</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>เปิดใช้งาน</translation>
    </message>
    <message>
        <source>Disable…</source>
        <translation>ปิดใช้งาน…</translation>
    </message>
    <message>
        <source>Another administrator can disable you; you cannot.</source>
        <translation>ผู้ดูแลคนอื่นปิดใช้งานคุณได้ แต่คุณทำเองไม่ได้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsersPage</name>
    <message>
        <source>The token is revoked.</source>
        <translation>เพิกถอนโทเคนแล้ว</translation>
    </message>
    <message>
        <source>Nothing passes the filter.</source>
        <translation>ไม่มีรายการใดผ่านตัวกรอง</translation>
    </message>
    <message>
        <source>Nobody may log in.</source>
        <translation>ไม่มีใครเข้าสู่ระบบได้</translation>
    </message>
    <message>
        <source>No machine has a token.</source>
        <translation>ยังไม่มีเครื่องใดมีโทเคน</translation>
    </message>
    <message>
        <source>Make a token…</source>
        <translation>สร้างโทเคน…</translation>
    </message>
    <message>
        <source>Nobody is locked out.</source>
        <translation>ไม่มีใครถูกล็อก</translation>
    </message>
    <message numerus="yes">
        <source>%1, %Ln shown</source>
        <translation>
            <numerusform>%1, แสดง %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln user(s)</source>
        <translation>
            <numerusform>ผู้ใช้ %Ln คน</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>โทเคน %Ln รายการ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln lock(s)</source>
        <translation>
            <numerusform>การล็อก %Ln รายการ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln locked out</source>
        <translation>
            <numerusform>ถูกล็อก %Ln ราย</numerusform>
        </translation>
    </message>
    <message>
        <source>Users</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Who may log in</source>
        <translation>ใครเข้าสู่ระบบได้</translation>
    </message>
    <message>
        <source>API tokens</source>
        <translation>โทเคน API</translation>
    </message>
    <message>
        <source>How machines come in</source>
        <translation>ทางเข้าของเครื่อง</translation>
    </message>
    <message>
        <source>Locks</source>
        <translation>การล็อก</translation>
    </message>
    <message>
        <source>Who may not try again for now, after too many wrong passwords</source>
        <translation>ใครยังลองใหม่ไม่ได้ หลังใส่รหัสผ่านผิดหลายครั้ง</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>ตัวกรอง</translation>
    </message>
    <message>
        <source>Add a user…</source>
        <translation>เพิ่มผู้ใช้…</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::ViewState</name>
    <message>
        <source>Try again</source>
        <translation>ลองใหม่</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::WebhooksPage</name>
    <message>
        <source>All states</source>
        <translation>ทุกสถานะ</translation>
    </message>
    <message>
        <source>All endpoints</source>
        <translation>ทุกปลายทาง</translation>
    </message>
    <message>
        <source>Nobody is told of what happens here.</source>
        <translation>ยังไม่มีปลายทางที่รับแจ้งเหตุการณ์</translation>
    </message>
    <message>
        <source>Add an endpoint…</source>
        <translation>เพิ่มปลายทาง…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln endpoint(s)</source>
        <translation>
            <numerusform>ปลายทาง %Ln แห่ง</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing has been sent yet.</source>
        <translation>ยังไม่ได้ส่งอะไร</translation>
    </message>
    <message>
        <source>No delivery passes these filters.</source>
        <translation>ไม่มีการส่งที่ตรงกับตัวกรองเหล่านี้</translation>
    </message>
    <message numerus="yes">
        <source>%Ln delivery(ies)</source>
        <translation>
            <numerusform>การส่ง %Ln รายการ</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln delivery(ies) read; more follow as you scroll</source>
        <translation>
            <numerusform>อ่านแล้ว %Ln รายการ เลื่อนลงเพื่อดูต่อ</numerusform>
        </translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>ปลายทาง</translation>
    </message>
    <message>
        <source>Programs elsewhere that are told of what happens here</source>
        <translation>โปรแกรมอื่นที่รับแจ้งสิ่งที่เกิดขึ้นที่นี่</translation>
    </message>
    <message>
        <source>Deliveries</source>
        <translation>การส่ง</translation>
    </message>
    <message>
        <source>Each message to each endpoint, the newest first</source>
        <translation>ทุกข้อความถึงทุกปลายทาง เรียงจากใหม่ที่สุด</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>ปลายทาง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::WitnessView</name>
    <message>
        <source>consistent</source>
        <translation>สอดคล้อง</translation>
    </message>
    <message>
        <source>contradicted</source>
        <translation>ขัดแย้ง</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>ยังไม่ได้ถาม</translation>
    </message>
    <message>
        <source>of a history given up</source>
        <translation>ของประวัติที่เลิกใช้แล้ว</translation>
    </message>
    <message>
        <source>The server is being asked…</source>
        <translation>กำลังถามเซิร์ฟเวอร์…</translation>
    </message>
    <message>
        <source>The log follows from every checkpoint that this computer has seen of it. Whoever changes what was there before is found at the next connection.</source>
        <translation>บันทึกสืบเนื่องจากจุดตรวจสอบทุกจุดที่คอมพิวเตอร์เครื่องนี้เคยเห็น ผู้ที่แก้ไขสิ่งที่มีอยู่ก่อนจะถูกพบเมื่อเชื่อมต่อครั้งถัดไป</translation>
    </message>
    <message>
        <source>Whether the log follows from what this computer has seen could not be asked. %1</source>
        <translation>ยังถามไม่ได้ว่าบันทึกสืบเนื่องจากสิ่งที่คอมพิวเตอร์เครื่องนี้เคยเห็นหรือไม่ %1</translation>
    </message>
    <message>
        <source>This computer cannot keep checkpoints: %1</source>
        <translation>คอมพิวเตอร์เครื่องนี้เก็บจุดตรวจสอบไม่ได้: %1</translation>
    </message>
    <message>
        <source>This computer has not seen a checkpoint of this log yet.</source>
        <translation>คอมพิวเตอร์เครื่องนี้ยังไม่เคยเห็นจุดตรวจสอบของบันทึกนี้</translation>
    </message>
    <message>
        <source>Export the evidence</source>
        <translation>ส่งออกหลักฐาน</translation>
    </message>
    <message>
        <source>Evidence (*.json)</source>
        <translation>หลักฐาน (*.json)</translation>
    </message>
    <message>
        <source>The evidence is in %1. Keep it where the server&apos;s administrators cannot change it.</source>
        <translation>หลักฐานอยู่ใน %1 โปรดเก็บไว้ในที่ที่ผู้ดูแลเซิร์ฟเวอร์แก้ไขไม่ได้</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>เขียน %1 ไม่ได้: %2</translation>
    </message>
    <message>
        <source>Only for whoever knows why the log is another one, as after a database was restored from a backup. What was seen before stays here, with the evidence, but is not asked about any more.</source>
        <translation>สำหรับผู้ที่รู้ว่าเหตุใดบันทึกจึงเป็นอีกชุดหนึ่งเท่านั้น เช่น หลังกู้คืนฐานข้อมูลจากข้อมูลสำรอง สิ่งที่เคยเห็นยังอยู่ที่นี่พร้อมหลักฐาน แต่จะไม่ถามถึงอีก</translation>
    </message>
    <message>
        <source>Go on from the present log</source>
        <translation>ดำเนินต่อจากบันทึกปัจจุบัน</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>Restored from the backup of 1 November</source>
        <translation>กู้คืนจากข้อมูลสำรองวันที่ 1 พฤศจิกายน</translation>
    </message>
    <message>
        <source>Checkpoints that this computer has seen</source>
        <translation>จุดตรวจสอบที่คอมพิวเตอร์เครื่องนี้เคยเห็น</translation>
    </message>
    <message>
        <source>Ask the server now</source>
        <translation>ถามเซิร์ฟเวอร์เดี๋ยวนี้</translation>
    </message>
    <message>
        <source>Export the evidence…</source>
        <translation>ส่งออกหลักฐาน…</translation>
    </message>
    <message>
        <source>Go on from the present log…</source>
        <translation>ดำเนินต่อจากบันทึกปัจจุบัน…</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::Workspace</name>
    <message>
        <source>Your own usage and receipts are on the web pages of this server: %1</source>
        <translation>การใช้งานและใบเสร็จของคุณอยู่ที่หน้าเว็บของเซิร์ฟเวอร์นี้: %1</translation>
    </message>
    <message numerus="yes">
        <source>The server cannot be reached. What you typed is kept; the next try is in %n second(s).</source>
        <translation>
            <numerusform>ติดต่อเซิร์ฟเวอร์ไม่ได้ สิ่งที่พิมพ์ไว้ยังอยู่ จะลองใหม่ใน %n วินาที</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>ลองเดี๋ยวนี้</translation>
    </message>
    <message>
        <source>The session has ended. What you typed is kept.</source>
        <translation>หมดเวลาเข้าใช้งาน สิ่งที่พิมพ์ไว้ยังอยู่</translation>
    </message>
    <message>
        <source>Log in again</source>
        <translation>เข้าสู่ระบบอีกครั้ง</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>ภาษา</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>สี</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>สว่าง</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>มืด</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>ออกจากระบบ</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>ย้อนกลับ</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>ไปข้างหน้า</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>โหลดใหม่</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>หลักฐาน</translation>
    </message>
    <message>
        <source>You will be logged out when the program ends: the keychain did not take the session. %1</source>
        <translation>คุณจะออกจากระบบเมื่อปิดโปรแกรม เพราะพวงกุญแจไม่รับเซสชัน %1</translation>
    </message>
    <message>
        <source>Sessions and password…</source>
        <translation>เซสชันและรหัสผ่าน…</translation>
    </message>
    <message>
        <source>Language, colours, your account, log out</source>
        <translation>ภาษา สี บัญชีของคุณ ออกจากระบบ</translation>
    </message>
</context>
<context>
    <name>pages</name>
    <message>
        <source>Usage</source>
        <translation>การใช้งาน</translation>
    </message>
    <message>
        <source>Rates</source>
        <translation>อัตรา</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>การตรวจสอบ</translation>
    </message>
    <message>
        <source>Reconcile</source>
        <translation>กระทบยอด</translation>
    </message>
    <message>
        <source>Webhooks</source>
        <translation>เว็บฮุก</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>ผู้ใช้</translation>
    </message>
</context>
<context>
    <name>ranges</name>
    <message>
        <source>This month</source>
        <translation>เดือนนี้</translation>
    </message>
    <message>
        <source>Last month</source>
        <translation>เดือนที่แล้ว</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>30 วันล่าสุด</translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>12 เดือนล่าสุด</translation>
    </message>
    <message>
        <source>This year</source>
        <translation>ปีนี้</translation>
    </message>
    <message>
        <source>All time</source>
        <translation>ทุกช่วงเวลา</translation>
    </message>
</context>
<context>
    <name>rates</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>หน่วยความจำ</translation>
    </message>
    <message>
        <source>per core-hour</source>
        <translation>ต่อคอร์-ชั่วโมง</translation>
    </message>
    <message>
        <source>per GPU-hour</source>
        <translation>ต่อ GPU-ชั่วโมง</translation>
    </message>
    <message>
        <source>per GiB-hour</source>
        <translation>ต่อ GiB-ชั่วโมง</translation>
    </message>
</context>
<context>
    <name>reconcile</name>
    <message>
        <source>no message came</source>
        <translation>ไม่มีข้อความมา</translation>
    </message>
    <message>
        <source>message not verified</source>
        <translation>ข้อความตรวจสอบไม่ผ่าน</translation>
    </message>
    <message>
        <source>amount differs</source>
        <translation>จำนวนเงินไม่ตรง</translation>
    </message>
    <message>
        <source>currency differs</source>
        <translation>สกุลเงินไม่ตรง</translation>
    </message>
    <message>
        <source>paid at the provider</source>
        <translation>ชำระแล้วที่ผู้ให้บริการ</translation>
    </message>
    <message>
        <source>receipt is void</source>
        <translation>ใบเสร็จถูกยกเลิก</translation>
    </message>
    <message>
        <source>paid twice</source>
        <translation>ชำระซ้ำ</translation>
    </message>
    <message>
        <source>failed after paid</source>
        <translation>ล้มเหลวหลังแจ้งว่าชำระ</translation>
    </message>
    <message>
        <source>not finished by the payer</source>
        <translation>ผู้ชำระทำไม่เสร็จ</translation>
    </message>
    <message>
        <source>provider cannot be asked</source>
        <translation>สอบถามผู้ให้บริการไม่ได้</translation>
    </message>
    <message>
        <source>The provider has sent no message about this payment.</source>
        <translation>ผู้ให้บริการไม่ได้ส่งข้อความใดเกี่ยวกับการชำระเงินนี้</translation>
    </message>
    <message>
        <source>The provider&apos;s message could not be verified: %1 tries, the first at %2, the last at %3.</source>
        <translation>ตรวจสอบข้อความของผู้ให้บริการไม่ผ่าน: %1 ครั้ง ครั้งแรกเมื่อ %2 ครั้งล่าสุดเมื่อ %3</translation>
    </message>
    <message>
        <source>%1 was paid, %2 is due.</source>
        <translation>ชำระมา %1 แต่ยอดที่ต้องชำระคือ %2</translation>
    </message>
    <message>
        <source>The provider says that it is paid, but no message of it has settled the receipt.</source>
        <translation>ผู้ให้บริการแจ้งว่าชำระแล้ว แต่ไม่มีข้อความที่ทำให้ใบเสร็จเป็นชำระแล้ว</translation>
    </message>
    <message>
        <source>%1 came in for a receipt that is void.</source>
        <translation>มีเงินเข้า %1 สำหรับใบเสร็จที่ถูกยกเลิกแล้ว</translation>
    </message>
    <message>
        <source>%1 came in for a receipt that had been paid already.</source>
        <translation>มีเงินเข้า %1 สำหรับใบเสร็จที่ชำระไปแล้ว</translation>
    </message>
    <message>
        <source>The provider said that it failed, after it had said that it was paid.</source>
        <translation>ผู้ให้บริการแจ้งว่าล้มเหลว หลังจากที่เคยแจ้งว่าชำระแล้ว</translation>
    </message>
    <message>
        <source>The provider still waits for the payer: the checkout was opened and not finished.</source>
        <translation>ผู้ให้บริการยังรอผู้ชำระ: เปิดหน้าชำระเงินแล้วแต่ทำไม่เสร็จ</translation>
    </message>
    <message>
        <source>The provider did not answer when the payment was begun: nobody can have paid it.</source>
        <translation>ผู้ให้บริการไม่ตอบเมื่อเริ่มการชำระเงิน จึงไม่มีใครชำระได้</translation>
    </message>
    <message>
        <source>The provider cannot be asked how the payment stands.</source>
        <translation>สอบถามสถานะการชำระเงินจากผู้ให้บริการไม่ได้</translation>
    </message>
    <message>
        <source>The webhook secrets of %1 last changed at %2.</source>
        <translation>คีย์ลับของเว็บฮุกของ %1 เปลี่ยนครั้งล่าสุดเมื่อ %2</translation>
    </message>
    <message>
        <source>It had been paid with the reference %1.</source>
        <translation>เคยชำระแล้วด้วยเลขอ้างอิง %1</translation>
    </message>
    <message>
        <source>The last verified message came at %1.</source>
        <translation>ข้อความล่าสุดที่ตรวจสอบผ่านมาถึงเมื่อ %1</translation>
    </message>
    <message>
        <source>No verified message has come.</source>
        <translation>ยังไม่มีข้อความที่ตรวจสอบผ่าน</translation>
    </message>
    <message>
        <source>The provider has not been asked yet.</source>
        <translation>ยังไม่ได้สอบถามผู้ให้บริการ</translation>
    </message>
    <message>
        <source>Asked %1 times; at %2 the provider could not answer: %3</source>
        <translation>สอบถามแล้ว %1 ครั้ง เมื่อ %2 ผู้ให้บริการตอบไม่ได้: %3</translation>
    </message>
    <message>
        <source>Asked at %1, the provider said: %2.</source>
        <translation>สอบถามเมื่อ %1 ผู้ให้บริการตอบว่า: %2</translation>
    </message>
    <message>
        <source>Ask the provider how the payment stands.</source>
        <translation>สอบถามสถานะการชำระเงินจากผู้ให้บริการ</translation>
    </message>
    <message>
        <source>The provider still signs with another secret: put that one in force, then replay the messages.</source>
        <translation>ผู้ให้บริการยังลงลายเซ็นด้วยคีย์ลับอื่น ให้เปิดใช้คีย์นั้น แล้วประมวลผลข้อความซ้ำ</translation>
    </message>
    <message>
        <source>Compare with the provider&apos;s statement; then return or collect the difference, and mark it paid or resolve it.</source>
        <translation>เทียบกับรายการของผู้ให้บริการ แล้วคืนหรือเก็บส่วนต่าง จากนั้นบันทึกว่าชำระแล้วหรือปิดเรื่อง</translation>
    </message>
    <message>
        <source>Check it in the provider&apos;s dashboard, then mark the receipt paid with the provider&apos;s reference.</source>
        <translation>ตรวจสอบในหน้าควบคุมของผู้ให้บริการ แล้วบันทึกว่าชำระแล้วพร้อมเลขอ้างอิงของผู้ให้บริการ</translation>
    </message>
    <message>
        <source>Return the money at the provider, then resolve it here.</source>
        <translation>คืนเงินที่ผู้ให้บริการ แล้วปิดเรื่องที่นี่</translation>
    </message>
    <message>
        <source>Cancel the payment: the payer can begin a new one.</source>
        <translation>ยกเลิกการชำระเงิน ผู้ชำระเริ่มใหม่ได้</translation>
    </message>
    <message>
        <source>Wait: the provider is asked again by itself.</source>
        <translation>รอ: ระบบจะสอบถามผู้ให้บริการอีกครั้งเอง</translation>
    </message>
    <message>
        <source>applied</source>
        <translation>มีผลแล้ว</translation>
    </message>
    <message>
        <source>nothing new</source>
        <translation>ไม่มีอะไรใหม่</translation>
    </message>
    <message>
        <source>signature failed</source>
        <translation>ลายเซ็นไม่ถูกต้อง</translation>
    </message>
    <message>
        <source>payment not known</source>
        <translation>ไม่รู้จักการชำระเงิน</translation>
    </message>
    <message>
        <source>no amount told</source>
        <translation>ไม่ได้แจ้งจำนวนเงิน</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>อ่านไม่ได้</translation>
    </message>
    <message>
        <source>waits for the provider to confirm it</source>
        <translation>รอผู้ให้บริการยืนยัน</translation>
    </message>
    <message>
        <source>not about payments</source>
        <translation>ไม่เกี่ยวกับการชำระเงิน</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>กำลังดำเนินการ</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>ชำระแล้ว</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>ล้มเหลว</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>ยกเลิกแล้ว</translation>
    </message>
    <message>
        <source>waiting for the payer</source>
        <translation>รอผู้ชำระ</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>หมดอายุ</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>ไม่มีคำตอบ</translation>
    </message>
    <message>
        <source>Bank transfer</source>
        <translation>โอนผ่านธนาคาร</translation>
    </message>
    <message>
        <source>Through the provider</source>
        <translation>ผ่านผู้ให้บริการ</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>บัตร</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>เงินสด</translation>
    </message>
    <message>
        <source>Cheque</source>
        <translation>เช็ค</translation>
    </message>
    <message>
        <source>Otherwise</source>
        <translation>วิธีอื่น</translation>
    </message>
    <message>
        <source>message</source>
        <translation>ข้อความ</translation>
    </message>
    <message>
        <source>(%1 times)</source>
        <translation>(%1 ครั้ง)</translation>
    </message>
    <message>
        <source>asked the provider: %1</source>
        <translation>สอบถามผู้ให้บริการ: %1</translation>
    </message>
    <message>
        <source>checkout opened by %1</source>
        <translation>%1 เปิดหน้าชำระเงิน</translation>
    </message>
    <message>
        <source>marked paid by %1</source>
        <translation>%1 บันทึกว่าชำระแล้ว</translation>
    </message>
    <message>
        <source>taken back by %1</source>
        <translation>%1 เพิกถอน</translation>
    </message>
    <message>
        <source>cancelled by %1</source>
        <translation>%1 ยกเลิก</translation>
    </message>
    <message>
        <source>resolved by %1</source>
        <translation>%1 ปิดเรื่อง</translation>
    </message>
    <message>
        <source>messages replayed by %1</source>
        <translation>%1 ประมวลผลข้อความซ้ำ</translation>
    </message>
    <message>
        <source>receipt voided by %1</source>
        <translation>%1 ยกเลิกใบเสร็จ</translation>
    </message>
    <message>
        <source>settled</source>
        <translation>ชำระเรียบร้อย</translation>
    </message>
    <message>
        <source>found to be stuck</source>
        <translation>พบว่าค้างอยู่</translation>
    </message>
    <message>
        <source>contradicted by a later message</source>
        <translation>ขัดกับข้อความที่มาภายหลัง</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 วัน %2 ชม.</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 ชม. %2 นาที</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 นาที</translation>
    </message>
    <message>
        <source>matches</source>
        <translation>ตรงกัน</translation>
    </message>
    <message>
        <source>another amount</source>
        <translation>จำนวนเงินไม่ตรง</translation>
    </message>
    <message>
        <source>no receipt found</source>
        <translation>ไม่พบใบเสร็จ</translation>
    </message>
    <message>
        <source>several receipts</source>
        <translation>ตรงกับหลายใบ</translation>
    </message>
    <message>
        <source>paid already</source>
        <translation>ชำระไปแล้ว</translation>
    </message>
</context>
<context>
    <name>roles</name>
    <message>
        <source>user</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>auditor</source>
        <translation>ผู้ตรวจสอบ</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>ผู้ปฏิบัติการ</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>ผู้ดูแลระบบ</translation>
    </message>
</context>
<context>
    <name>states</name>
    <message>
        <source>completed</source>
        <translation>เสร็จสมบูรณ์</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>ล้มเหลว</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>ถูกยกเลิก</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>หมดเวลา</translation>
    </message>
    <message>
        <source>running</source>
        <translation>กำลังทำงาน</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>รอคิว</translation>
    </message>
    <message>
        <source>node failed</source>
        <translation>โหนดล้มเหลว</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>หน่วยความจำไม่พอ</translation>
    </message>
    <message>
        <source>preempted</source>
        <translation>ถูกแย่งทรัพยากร</translation>
    </message>
    <message>
        <source>requeued</source>
        <translation>เข้าคิวใหม่</translation>
    </message>
</context>
<context>
    <name>users</name>
    <message>
        <source>disabled</source>
        <translation>ปิดใช้งาน</translation>
    </message>
    <message>
        <source>has to change the password</source>
        <translation>ต้องเปลี่ยนรหัสผ่าน</translation>
    </message>
    <message>
        <source>may log in</source>
        <translation>เข้าสู่ระบบได้</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>หมดอายุ</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>มีผล</translation>
    </message>
    <message>
        <source>never</source>
        <translation>ไม่เคย</translation>
    </message>
    <message>
        <source>this program</source>
        <translation>โปรแกรมนี้</translation>
    </message>
    <message>
        <source>browser</source>
        <translation>เบราว์เซอร์</translation>
    </message>
    <message>
        <source>program</source>
        <translation>โปรแกรม</translation>
    </message>
</context>
<context>
    <name>webhooks</name>
    <message>
        <source>paused: address is gone</source>
        <translation>หยุดพัก: ไม่มีที่อยู่นี้แล้ว</translation>
    </message>
    <message>
        <source>paused: it kept failing</source>
        <translation>หยุดพัก: ล้มเหลวต่อเนื่อง</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>หยุดพัก</translation>
    </message>
    <message>
        <source>failing</source>
        <translation>กำลังล้มเหลว</translation>
    </message>
    <message>
        <source>working</source>
        <translation>ทำงานปกติ</translation>
    </message>
    <message>
        <source>nothing sent yet</source>
        <translation>ยังไม่ได้ส่งอะไร</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>รอส่ง</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>ส่งสำเร็จ</translation>
    </message>
    <message>
        <source>given up</source>
        <translation>เลิกส่งแล้ว</translation>
    </message>
</context>
<context>
    <name>witness</name>
    <message>
        <source>The audit log was cut off. This computer saw %1 records on %2; the server has only %3 now.</source>
        <translation>บันทึกการตรวจสอบถูกตัดท้าย คอมพิวเตอร์เครื่องนี้เคยเห็น %1 ระเบียนเมื่อ %2 แต่ตอนนี้เซิร์ฟเวอร์มีเพียง %3</translation>
    </message>
    <message>
        <source>The audit log was rewritten. It is not the one of which this computer saw %1 records on %2.</source>
        <translation>บันทึกการตรวจสอบถูกเขียนใหม่ ไม่ใช่ชุดที่คอมพิวเตอร์เครื่องนี้เคยเห็น %1 ระเบียนเมื่อ %2</translation>
    </message>
    <message>
        <source>Up to record %1 it is unchanged.</source>
        <translation>ถึงระเบียน %1 ยังไม่เปลี่ยน</translation>
    </message>
    <message>
        <source>The server does not prove that its audit log is still the one of which this computer saw %1 records on %2.</source>
        <translation>เซิร์ฟเวอร์ไม่ยอมพิสูจน์ว่าบันทึกการตรวจสอบยังเป็นชุดที่คอมพิวเตอร์เครื่องนี้เคยเห็น %1 ระเบียนเมื่อ %2</translation>
    </message>
    <message>
        <source>The audit log is signed by another key, and no key that this computer trusts vouches for it.</source>
        <translation>บันทึกการตรวจสอบลงนามด้วยกุญแจอื่น และไม่มีกุญแจที่คอมพิวเตอร์เครื่องนี้เชื่อถือรับรอง</translation>
    </message>
    <message>
        <source>What the server says of its audit log is not signed by the key that it names.</source>
        <translation>สิ่งที่เซิร์ฟเวอร์กล่าวถึงบันทึกการตรวจสอบไม่ได้ลงนามด้วยกุญแจที่อ้าง</translation>
    </message>
    <message>
        <source>The server says that its audit log is not what it signed: %1</source>
        <translation>เซิร์ฟเวอร์แจ้งว่าบันทึกการตรวจสอบไม่ตรงกับที่ลงนามไว้: %1</translation>
    </message>
</context>
</TS>
